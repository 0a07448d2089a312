/// When the clients of an etcd load send.
package enum EtcdArrivals: String, Sendable, CaseIterable {
    /// Evenly spaced by the limiter of `etcdctl check perf`, and sent when its Go timers fire.
    ///
    /// The Go runtime sleeps for whole milliseconds, at least one, and begins anew whenever a message wakes it. At 1000 a
    /// second a tenth of the gaps between etcd's syncs is under 0.4 ms and a tenth over 1.9 ms.
    /// - Source: Go runtime/netpoll_epoll.go (`netpoll`); golang.org/x/time/rate.
    case limiter
    /// Evenly spaced to the microsecond.
    case fixed
    /// Exponential gaps: many independent clients.
    case poisson

    /// When each put is meant to be sent.
    package var schedule: ArrivalPattern { self == .poisson ? .poisson : .fixed }
}
