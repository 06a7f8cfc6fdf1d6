"""What generates files of this repository; each script says which."""
