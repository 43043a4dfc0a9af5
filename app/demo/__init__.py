"""A believable Shenzhen to try Linli in: real communities, made-up organisations and people, all marked as demo."""

from app.demo.loading import load
from app.demo.sign_ins import SIGN_INS

__all__ = ["SIGN_INS", "load"]
