namespace Recs.Schema.Http;

/// <summary>One element of a batch that was refused while the others went on.</summary>
/// <param name="Index">Its index in the request.</param>
/// <param name="Id">Its id, when it had a sound one.</param>
/// <param name="Code">The reason, for programs.</param>
/// <param name="Detail">The reason, for people; names the field.</param>
public sealed record Rejection(int Index, string? Id, string Code, string Detail);
