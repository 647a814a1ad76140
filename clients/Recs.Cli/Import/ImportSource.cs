using Recs.Schema.Http;

namespace Recs.Cli.Import;

/// <summary>What a file format holds: everything is read and checked before the first item is sent.</summary>
/// <param name="Items">The catalogue.</param>
/// <param name="History">What viewers did, oldest first; empty when the format has none.</param>
sealed record ImportSource(IReadOnlyList<ItemDocument> Items, IReadOnlyList<FeedbackEvent> History);
