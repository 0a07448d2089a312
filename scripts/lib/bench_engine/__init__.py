"""tbench beside fio on the same jobs."""
