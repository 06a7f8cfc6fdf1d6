"""What talks to the world outside: stores, mail, web pages, files. No adapter imports another one."""
