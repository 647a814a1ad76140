namespace Recs.Tests.Offline.Gates;

/// <summary>The system's clock, so that timers run, but as many days ahead as a test says.</summary>
sealed class ShiftedTime : TimeProvider
{
    public TimeSpan Shift { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Shift;
}
