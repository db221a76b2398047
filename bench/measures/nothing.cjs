// Loaded beside no-threads.cjs, which is measured against it.
