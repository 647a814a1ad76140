using System.Buffers.Binary;

namespace Recs.Schema.Log;

/// <summary>Walks the records of a log payload in order.</summary>
public ref struct FeedbackReader(ReadOnlySpan<byte> payload)
{
    ReadOnlySpan<byte> _rest = payload;

    /// <summary>The record last moved to.</summary>
    public FeedbackRecord Current { get; private set; }

    /// <summary>Moves to the next record.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="InvalidDataException">The payload is damaged or of a version this code does not know.</exception>
    public bool MoveNext()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        var length = _rest.Length < sizeof(ushort) ? int.MaxValue : sizeof(ushort) + BinaryPrimitives.ReadUInt16LittleEndian(_rest);
        if (length > _rest.Length)
        {
            throw new InvalidDataException("A log record ends before its length says.");
        }

        Current = new FeedbackRecord(_rest[..length]);
        if (!Current.IsSound())
        {
            throw new InvalidDataException("A log record is damaged or of an unknown version.");
        }

        _rest = _rest[length..];
        return true;
    }
}
