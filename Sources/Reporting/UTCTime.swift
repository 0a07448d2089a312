import Units

/// A moment in words, in UTC.
struct UTCTime: Equatable {
    /// Milliseconds since 1970.
    let milliseconds: Int64

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]

    /// The end of the year 9999, beyond which a year has no four digits.
    private static let latest: Int64 = 253_402_300_799_999

    /// A moment before 1970 or after 9999 is moved to that end.
    init(milliseconds: Int64) {
        self.milliseconds = min(max(0, milliseconds), Self.latest)
    }

    /// "Sat Nov 21 03:13:44 2026", as ctime(3) writes it.
    ///
    /// - Parameter zone: what stands before the year, "UTC " or nothing.
    /// - Returns: 24 characters and the zone.
    func text(zone: String = "") -> String {
        let seconds = milliseconds / 1000
        let days = seconds / 86400
        let (year, month, day) = Self.date(days: days)
        let clock = [seconds / 3600 % 24, seconds / 60 % 60, seconds % 60]
            .map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
        let dayText = day < 10 ? " \(day)" : "\(day)"
        let weekday = Self.weekdays[Int(days % 7)]
        return "\(weekday) \(Self.months[month - 1]) \(dayText) \(clock) \(zone)\(year)"
    }

    /// Seconds since 1970 of "2026-08-03T10:15:22Z"; nil for a text that is not of this form.
    static func seconds(_ text: String) -> Int64? {
        let parts = text.split(whereSeparator: { "-T:Z".contains($0) })
        let numbers = parts.compactMap { Int64($0) }
        guard parts.count == 6, numbers.count == 6, text.utf8.count == 20,
            (1970...9999).contains(numbers[0]), (1...12).contains(numbers[1]),
            (1...31).contains(numbers[2]), (0...23).contains(numbers[3]),
            (0...59).contains(numbers[4]), (0...60).contains(numbers[5])
        else { return nil }
        // Days from civil: the year begins in March, so that the leap day is its last one.
        let year = numbers[1] <= 2 ? numbers[0] - 1 : numbers[0]
        let month = (numbers[1] + 9) % 12
        let dayOfYear = (153 * month + 2) / 5 + numbers[2] - 1
        let days = 365 * year + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
        return days * 86400 + numbers[3] * 3600 + numbers[4] * 60 + numbers[5]
    }

    /// The date of a day since 1970-01-01, in the Gregorian calendar.
    private static func date(days: Int64) -> (year: Int64, month: Int, day: Int64) {
        func isLeap(_ year: Int64) -> Bool {
            year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        }
        // 400 years are 146 097 days; from there on year by year and month by month.
        var year = 1970 + days / 146_097 * 400
        var rest = days % 146_097
        while rest >= (isLeap(year) ? 366 : 365) {
            rest -= isLeap(year) ? 366 : 365
            year += 1
        }
        let lengths: [Int64] = [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        var month = 0
        while rest >= lengths[month] {
            rest -= lengths[month]
            month += 1
        }
        return (year, month + 1, rest + 1)
    }
}
