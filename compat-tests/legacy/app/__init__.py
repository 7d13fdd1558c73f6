"""The projects API: users, projects and tasks on PostgreSQL."""
