namespace Recs.Schema.Http;

/// <summary>Answer to a batch of events: those accepted are durable.</summary>
/// <param name="Accepted">How many were accepted, repeats among them: a caller need not send them again.</param>
/// <param name="Duplicates">
/// How many of the accepted are known to be repeats of events in the same batch or of ones that this silo took lately: they count
/// once. A repeat of an event that another silo took, or long ago, counts once too and is not among them.
/// </param>
/// <param name="Rejected">Those refused, with the reason.</param>
public sealed record EventsResponse(int Accepted, int Duplicates, IReadOnlyList<Rejection> Rejected);
