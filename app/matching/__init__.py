"""Who serves where: the matcher's pure core, and the rounds and boards that use it."""
