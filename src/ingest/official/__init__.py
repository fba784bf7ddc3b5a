"""What Ofsted publishes about its own documents, and how what is stored compares with it."""
