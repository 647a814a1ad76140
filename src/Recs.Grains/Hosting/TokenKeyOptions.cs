namespace Recs.Grains.Hosting;

/// <summary>When keys of decision tokens rotate and expire.</summary>
public sealed record TokenKeyOptions
{
    /// <summary>Age at which a new key takes over signing.</summary>
    public TimeSpan RotateAfter { get; init; } = TimeSpan.FromDays(90);

    /// <summary>How long a key verifies after another has taken over: as long as a decision takes feedback.</summary>
    public TimeSpan VerifyFor { get; init; } = TimeSpan.FromDays(2);

    /// <summary>How far the silos' clocks may be apart.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Between two looks at the store: a revoked key is refused everywhere after it.</summary>
    public TimeSpan LookInterval { get; init; } = TimeSpan.FromSeconds(2);
}
