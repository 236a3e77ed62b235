"""Operations made of other things, and other things made of operations: futures, coroutines, promises, combinations."""
