/// The symbolic names of Linux error numbers, which strerror(3) does not give.
package enum ErrnoName {
    /// The name such as "ENOSPC", or "errno 200" for a number that is not in the table.
    ///
    /// - Source: asm-generic/errno-base.h and errno.h; the same on x86-64 and arm64.
    package static func of(_ number: Int32) -> String {
        names[number] ?? "errno \(number)"
    }

    private static let names: [Int32: String] = [
        1: "EPERM", 2: "ENOENT", 3: "ESRCH", 4: "EINTR", 5: "EIO", 6: "ENXIO", 7: "E2BIG",
        9: "EBADF", 10: "ECHILD", 11: "EAGAIN", 12: "ENOMEM", 13: "EACCES", 14: "EFAULT",
        15: "ENOTBLK", 16: "EBUSY", 17: "EEXIST", 18: "EXDEV", 19: "ENODEV", 20: "ENOTDIR",
        21: "EISDIR", 22: "EINVAL", 23: "ENFILE", 24: "EMFILE", 25: "ENOTTY", 26: "ETXTBSY",
        27: "EFBIG", 28: "ENOSPC", 29: "ESPIPE", 30: "EROFS", 31: "EMLINK", 32: "EPIPE",
        36: "ENAMETOOLONG", 38: "ENOSYS", 39: "ENOTEMPTY", 40: "ELOOP", 61: "ENODATA",
        75: "EOVERFLOW", 95: "EOPNOTSUPP", 104: "ECONNRESET", 110: "ETIMEDOUT",
        111: "ECONNREFUSED", 112: "EHOSTDOWN", 116: "ESTALE", 121: "EREMOTEIO", 122: "EDQUOT",
        123: "ENOMEDIUM", 125: "ECANCELED",
    ]
}
