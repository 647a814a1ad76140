namespace Recs.Grains.Replication;

/// <summary>A piece of what a shard has, or what has changed in it. Shared, never written to.</summary>
/// <param name="Mark">The moment it was taken; of a lost replica, sequence −1.</param>
/// <param name="NextPage">Of a copy, the page to ask for next; −1 at its end.</param>
/// <param name="Payload">Raw states, absolute where a shard's kind has such: taking them twice does no harm.</param>
[GenerateSerializer]
[Alias("Recs.FeedChunk")]
[Immutable]
public sealed record FeedChunk(
    [property: Id(0)] FeedMark Mark,
    [property: Id(1)] long NextPage,
    [property: Id(2)] byte[] Payload)
{
    /// <summary>About how many bytes one chunk of a copy has.</summary>
    public const int BytesMax = 1 << 20;

    /// <summary>The replica must copy everything anew: the shard has another owner, or the changes are not kept any more.</summary>
    public bool IsLost => Mark.Sequence < 0;

    internal static FeedChunk Lost(long epoch) => new(new FeedMark(epoch, -1), -1, []);
}
