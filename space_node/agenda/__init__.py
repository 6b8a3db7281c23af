"""What members take home of the events they take part in: their own calendar, single files, the link to give a place back."""
