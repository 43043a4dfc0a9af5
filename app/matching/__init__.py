"""Who serves where: the matcher's pure core, and the rounds and boards that use it."""

from app.matching import compiling

compiling.keep()  # before anything is compiled: importing any part of the package comes through here
