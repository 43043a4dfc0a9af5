"""What the speed claims rest on: each program measures the app beside the database's own speed, in one run."""
