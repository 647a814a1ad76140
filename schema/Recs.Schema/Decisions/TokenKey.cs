namespace Recs.Schema.Decisions;

/// <summary>A signing key of decision tokens.</summary>
/// <param name="Id">0-255; written in clear into the token so that keys can rotate.</param>
/// <param name="Secret">32 random bytes. Never logged.</param>
public sealed record TokenKey(byte Id, ReadOnlyMemory<byte> Secret)
{
    /// <summary>Length of a secret in bytes.</summary>
    public const int SecretBytes = 32;

    /// <inheritdoc/>
    public override string ToString() => $"TokenKey {Id}";
}
