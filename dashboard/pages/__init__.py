"""The pages: `layout(...)` says what is shown, `connect(app)` what happens then."""
