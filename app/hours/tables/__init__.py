"""What the hour ledger stores, one file a sub-noun; `piccolo_app.py` lists them."""
