"""How does a maintainer hear of a change of law? Watches, their leads, and the calendar of what is due."""
