import Foundation
import Glibc
import Testing

/// Counts the allocations of a thread, by a library in front of the C library's malloc.
///
/// Only a process that begins with the library has it: a test starts itself again, filtered to the one test that counts.
package enum AllocationCounter {
    private static let childMark = "TBENCH_COUNT_ALLOCATIONS"

    private static let source = """
        #define _GNU_SOURCE
        #include <stddef.h>
        extern void *__libc_malloc(size_t);
        extern void *__libc_calloc(size_t, size_t);
        extern void *__libc_realloc(void *, size_t);
        extern void *__libc_memalign(size_t, size_t);
        static __thread long count __attribute__((tls_model("initial-exec")));
        long tbench_allocation_count(void) { return count; }
        void *malloc(size_t n) { count++; return __libc_malloc(n); }
        void *calloc(size_t n, size_t s) { count++; return __libc_calloc(n, s); }
        void *realloc(void *p, size_t n) { count++; return __libc_realloc(p, n); }
        void *memalign(size_t a, size_t n) { count++; return __libc_memalign(a, n); }
        void *aligned_alloc(size_t a, size_t n) { count++; return __libc_memalign(a, n); }
        int posix_memalign(void **p, size_t a, size_t n) {
            count++;
            return (*p = __libc_memalign(a, n)) ? 0 : 12;
        }
        """

    /// Whether the library can be built here; in CI it must.
    package static let isPossible = Capability.demanded || compiler != nil

    /// Sanitizers bring a malloc of their own.
    package static let isSanitized =
        ProcessInfo.processInfo.environment["TBENCH_SANITIZER"] != nil

    /// Whether this process was started by `run`.
    package static let isChild = ProcessInfo.processInfo.environment[childMark] == "1"

    /// Runs the tests that match in a process that counts.
    package static func run(filter: String) throws -> Shell.Outcome {
        let directory = try TemporaryDirectory()
        let file = try directory.write("count.c", source)
        let library = directory.file("count.so")
        let compiler = try #require(compiler)
        try Shell.require([compiler, "-shared", "-fPIC", "-O1", "-o", library, file])
        let program = try #require(CommandLine.arguments.first)
        return try Shell.run(
            [program, "--testing-library", "swift-testing", "--filter", filter],
            environment: ["LD_PRELOAD": library, childMark: "1"]
        )
    }

    /// The counter of the calling thread, after it has been seen to count.
    package static func ofThisThread() throws -> @convention(c) () -> Int {
        let symbol = try #require(dlsym(nil, "tbench_allocation_count"))
        let count = unsafeBitCast(symbol, to: (@convention(c) () -> Int).self)
        let before = count()
        let memory = UnsafeMutableRawPointer.allocate(byteCount: 100, alignment: 8)
        memory.deallocate()
        try #require(count() == before + 1)
        return count
    }

    private static let compiler = ["clang", "cc"].first {
        (try? Shell.run([$0, "--version"]).status) == 0
    }
}
