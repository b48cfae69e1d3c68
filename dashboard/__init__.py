"""The dashboard: a store of claims → pages of cited time series."""
