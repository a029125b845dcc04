"""Questions put to the registry of published trials: from records to answers with the trials behind them."""
