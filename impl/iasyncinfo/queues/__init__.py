"""Operations whose work waits for its turn: thread pools and dispatchers."""
