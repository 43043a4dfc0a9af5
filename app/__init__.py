"""Linli: contract → request → shift → attendance → hour → report, one chain."""
