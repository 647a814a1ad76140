using Recs.Schema.Models;
using Recs.Storage;

namespace Recs.Trainer;

/// <summary>One model, as <c>--json</c> writes it.</summary>
/// <param name="Version">Its number.</param>
/// <param name="Parent">The model it was made from.</param>
/// <param name="CreatedAt">When it was stored.</param>
/// <param name="Active">Whether it is the one being served.</param>
/// <param name="CanaryShare">Share of the viewers it is on trial with; 0 when it is not on trial.</param>
/// <param name="Manifest">What it was made from and how well.</param>
sealed record ModelResult(long Version, long? Parent, DateTimeOffset CreatedAt, bool Active, double CanaryShare, ModelManifest Manifest)
{
    public static ModelResult Of(StoredModel stored) =>
        new(stored.Version, stored.Parent, stored.CreatedAt, stored.Active, stored.CanaryShare, ModelJson.Read(stored.Manifest));

    /// <summary>One stored model.</summary>
    /// <exception cref="BadInputException">There is no such version.</exception>
    public static async Task<ModelResult> FindAsync(IModelStore models, long version, CancellationToken cancel) =>
        (await models.ListAsync(cancel)).FirstOrDefault(stored => stored.Version == version) is { } stored
            ? Of(stored)
            : throw new BadInputException($"there is no model {version}");
}
