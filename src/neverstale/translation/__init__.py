"""One edition against the other: pages in, what drifted, lags or awaits translation out."""
