using Recs.Grains.Items;
using Recs.Schema.Http;

namespace Recs.Grains.Viewers;

/// <summary>A merge patch of a viewer's profile (RFC 7396).</summary>
/// <param name="Values">The fields' new values, and the id.</param>
/// <param name="Names">JSON names of the fields that it changes; one that has no value is taken away.</param>
/// <param name="Removed">Names of the attributes that it takes away.</param>
[GenerateSerializer]
[Immutable]
[Alias("Recs.UserPatch")]
public sealed record UserPatch(
    [property: Id(0)] UserDocument Values, [property: Id(1)] string[] Names, [property: Id(2)] string[] Removed)
{
    /// <summary>The profile as it is afterwards; a viewer without one has an empty one.</summary>
    public UserDocument Apply(UserDocument? profile) => new()
    {
        Id = Values.Id,
        Attributes = Has("attributes")
            ? MergePatch.Attributes(profile?.Attributes, Values.Attributes, Removed) : profile?.Attributes,
        Embedding = Has("embedding") ? Values.Embedding : profile?.Embedding,
    };

    bool Has(string name) => Array.IndexOf(Names, name) >= 0;
}
