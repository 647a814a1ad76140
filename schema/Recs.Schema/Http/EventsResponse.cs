namespace Recs.Schema.Http;

/// <summary>Answer to a batch of events: those accepted are durable.</summary>
/// <param name="Accepted">How many were accepted.</param>
/// <param name="Rejected">Those refused, with the reason.</param>
public sealed record EventsResponse(int Accepted, IReadOnlyList<Rejection> Rejected);
