// TargetSafety
