using System.Buffers;

namespace Recs.Neural.Tables;

/// <summary>Which of the ids that a table does not have may enter it: most ids are met once and never again.</summary>
public interface IAdmission
{
    /// <summary>An id without a row was met.</summary>
    /// <param name="key">The id.</param>
    /// <param name="seconds">When.</param>
    /// <returns>Whether it gets a row. Determined by what was asked before and the seed.</returns>
    bool Admits(UInt128 key, uint seconds);

    /// <summary>Writes what was asked before.</summary>
    void Write(IBufferWriter<byte> output);

    /// <summary>Reads what another one of the same settings wrote.</summary>
    void Read(ref ReadOnlySpan<byte> input);
}
