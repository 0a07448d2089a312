import Glibc
import IOEngines

/// Sending and receiving with an end in sight: nothing here waits for ever.
enum SocketIO {
    /// Waits until a socket is ready, or has failed.
    ///
    /// - Parameters:
    ///   - socket: whose state.
    ///   - events: POLLIN or POLLOUT.
    ///   - deadline: on `MonotonicClock`.
    /// - Returns: false when the deadline has passed.
    static func wait(_ socket: Int32, for events: Int16, until deadline: UInt64) -> Bool {
        var entry = pollfd(fd: socket, events: events, revents: 0)
        while true {
            let now = MonotonicClock.now()
            guard now < deadline else { return false }
            // One more than the whole milliseconds that are left, so that the last of them is not spun away.
            let left = min((deadline - now) / 1_000_000 + 1, 1000)
            let result = poll(&entry, 1, Int32(left))
            if result > 0 { return true }
            if result < 0, errno != EINTR { return true }
        }
    }

    /// Sends all bytes.
    ///
    /// - Returns: 0, or the error number; ETIMEDOUT after the deadline.
    static func send(
        _ socket: Int32,
        _ bytes: UnsafeRawBufferPointer,
        until deadline: UInt64
    ) -> Int32 {
        var rest = bytes
        let flags = Int32(MSG_NOSIGNAL | MSG_DONTWAIT)
        while let base = rest.baseAddress, rest.count > 0 {
            let result = Glibc.send(socket, base, rest.count, flags)
            if result > 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest[result...])
            } else if errno == EAGAIN {
                guard wait(socket, for: Int16(POLLOUT), until: deadline) else { return ETIMEDOUT }
            } else if errno != EINTR {
                return errno
            }
        }
        return 0
    }

    /// Receives until the buffer is full.
    ///
    /// - Returns: 0, or the error number; ETIMEDOUT after the deadline, EPIPE at the end of the stream.
    static func receive(
        _ socket: Int32,
        into buffer: UnsafeMutableRawBufferPointer,
        until deadline: UInt64
    ) -> Int32 {
        var rest = buffer
        while let base = rest.baseAddress, rest.count > 0 {
            let result = recv(socket, base, rest.count, Int32(MSG_DONTWAIT))
            if result > 0 {
                rest = UnsafeMutableRawBufferPointer(rebasing: rest[result...])
            } else if result == 0 {
                return EPIPE
            } else if errno == EAGAIN {
                guard wait(socket, for: Int16(POLLIN), until: deadline) else { return ETIMEDOUT }
            } else if errno != EINTR {
                return errno
            }
        }
        return 0
    }

    static func setNoDelay(_ socket: Int32) {
        var on: Int32 = 1
        // Not on a Unix socket, which has no delay to begin with: the failure says just that.
        setsockopt(
            socket,
            Int32(IPPROTO_TCP),
            TCP_NODELAY,
            &on,
            socklen_t(MemoryLayout<Int32>.size)
        )
    }

    /// After so long in a blocking call it returns EAGAIN.
    static func setTimeouts(_ socket: Int32, receive: UInt64, send: UInt64) {
        for (option, nanoseconds) in [(SO_RCVTIMEO, receive), (SO_SNDTIMEO, send)] {
            var time = timeval(
                tv_sec: Int(nanoseconds / 1_000_000_000),
                tv_usec: Int(nanoseconds % 1_000_000_000 / 1000)
            )
            setsockopt(
                socket,
                SOL_SOCKET,
                option,
                &time,
                socklen_t(MemoryLayout<timeval>.size)
            )
        }
    }
}
