"""What is shown of requests, residents and visits."""
