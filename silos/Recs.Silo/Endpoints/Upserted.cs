using Recs.Grains.Items;
using Recs.Schema.Http;

namespace Recs.Silo.Endpoints;

/// <summary>The answer to a batch of documents or patches.</summary>
static class Upserted
{
    /// <summary>Writes it, the rejections in the order of the request.</summary>
    public static Task Write(HttpContext context, int count, List<Rejection> rejected)
    {
        rejected.Sort(static (left, right) => left.Index.CompareTo(right.Index));
        return context.Response.WriteAsJsonAsync(
            new UpsertResponse(count, rejected), RecsJson.Default.UpsertResponse, cancellationToken: context.RequestAborted);
    }

    /// <summary>The patches that were refused, as rejections.</summary>
    /// <param name="patches">What became of each.</param>
    /// <param name="kind">What was patched: <c>item</c> or <c>user</c>.</param>
    public static List<Rejection> Refused(IEnumerable<(int Index, string Id, PatchRefusal Refusal)> patches, string kind) =>
    [
        .. patches.Where(patch => patch.Refusal != PatchRefusal.None).Select(patch => patch.Refusal == PatchRefusal.Unknown
            ? new Rejection(patch.Index, patch.Id, $"unknown-{kind}", $"id: there is no {kind} of that id.")
            : new Rejection(
                patch.Index, patch.Id, "invalid-attributes", $"attributes: the {kind} would have more than {MergePatch.AttributesMax}.")),
    ];
}
