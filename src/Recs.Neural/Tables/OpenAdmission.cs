using System.Buffers;

namespace Recs.Neural.Tables;

/// <summary>Every id enters at once.</summary>
public sealed class OpenAdmission : IAdmission
{
    /// <inheritdoc/>
    public bool Admits(UInt128 key, uint seconds) => true;

    /// <inheritdoc/>
    public void Write(IBufferWriter<byte> output)
    {
        // Nothing is remembered.
    }

    /// <inheritdoc/>
    public void Read(ref ReadOnlySpan<byte> input)
    {
        // Nothing is remembered.
    }
}
