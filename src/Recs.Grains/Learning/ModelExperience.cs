using System.Buffers.Binary;

using Recs.Grains.Replication;
using Recs.Schema.Messages;

namespace Recs.Grains.Learning;

/// <summary>The prior of one model version and the tally of its slates, 56 bytes when stored.</summary>
sealed class ModelExperience(long version)
{
    /// <summary>Bytes of an encoded one.</summary>
    public const int Bytes = PriorBytes + (3 * sizeof(long));

    /// <summary>Bytes of the part that older pages hold.</summary>
    public const int PriorBytes = (3 * sizeof(double)) + sizeof(long);

    long _impressions;
    long _rewards;
    long _squares;

    public long Version => version;

    /// <summary>π = σ(a + βx) in the model's space.</summary>
    public PriorRegression Prior { get; } = new();

    /// <summary>What silos are told.</summary>
    public ModelTally Tally =>
        new(version, new Prior((float)Prior.Intercept, (float)Prior.Slope), _impressions, _rewards, _squares);

    /// <summary>Adds a sample to the tally.</summary>
    public void Count(in PriorSample sample)
    {
        if (sample.Kind == UpdateKind.Impression)
        {
            _impressions++;
            return;
        }

        _rewards += sample.SignedReward;
        _squares += (long)sample.Reward * sample.Reward;
    }

    /// <summary>Starts the tally from nothing.</summary>
    public void ClearTally() => (_impressions, _rewards, _squares) = (0, 0, 0);

    /// <summary>Reads one; the tally is nothing where the bytes end before it.</summary>
    public static ModelExperience Decode(ReadOnlySpan<byte> bytes)
    {
        var model = new ModelExperience(bytes.Length < PriorBytes ? 0 : BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]));
        model.Prior.Restore(
            BinaryPrimitives.ReadDoubleLittleEndian(bytes),
            BinaryPrimitives.ReadDoubleLittleEndian(bytes[8..]),
            BinaryPrimitives.ReadDoubleLittleEndian(bytes[16..]));
        if (bytes.Length >= Bytes)
        {
            model._impressions = BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]);
            model._rewards = BinaryPrimitives.ReadInt64LittleEndian(bytes[40..]);
            model._squares = BinaryPrimitives.ReadInt64LittleEndian(bytes[48..]);
        }

        return model;
    }

    public void Encode(Span<byte> bytes)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, Prior.Intercept);
        BinaryPrimitives.WriteDoubleLittleEndian(bytes[8..], Prior.Slope);
        BinaryPrimitives.WriteDoubleLittleEndian(bytes[16..], Prior.Count);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[24..], version);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[32..], _impressions);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[40..], _rewards);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[48..], _squares);
    }
}
