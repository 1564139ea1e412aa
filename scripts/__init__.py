"""Programs that keep the repository in order: ``check`` runs every check of the project."""
