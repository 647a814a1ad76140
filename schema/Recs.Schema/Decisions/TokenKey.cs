namespace Recs.Schema.Decisions;

/// <summary>A signing key of decision tokens.</summary>
/// <param name="Id">0-255; written in clear into the token so that keys can rotate.</param>
/// <param name="Secret">At least 32 random bytes. Never logged.</param>
/// <exception cref="ArgumentException">The secret is shorter: whoever guesses it forges tokens.</exception>
public sealed record TokenKey(byte Id, ReadOnlyMemory<byte> Secret)
{
    /// <summary>Fewest bytes of a secret, and the length of those that are made here.</summary>
    public const int SecretBytes = 32;

    /// <summary>At least 32 random bytes. Never logged.</summary>
    public ReadOnlyMemory<byte> Secret { get; } = Secret.Length >= SecretBytes
        ? Secret
        : throw new ArgumentException($"Token key {Id} has {Secret.Length} bytes; expected at least {SecretBytes}.", nameof(Secret));

    /// <inheritdoc/>
    public override string ToString() => $"TokenKey {Id}";
}
