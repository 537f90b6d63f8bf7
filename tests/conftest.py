import d2lmx  # noqa: F401  makes `import mxnet` work in the tests, whether the hook of `make install` is on or not
