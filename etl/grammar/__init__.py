"""Text → mentions: one module per nonterminal, each function's docstring its production."""
