using System.Diagnostics.CodeAnalysis;
using Recs.Schema.Models;

namespace Recs.Offline;

/// <summary>A new model with its manifest, or the reason why there is none.</summary>
public sealed record RetrainResult
{
    /// <summary>The model, not stored and without a version; null when refused.</summary>
    public ModelFile? Model { get; private init; }

    /// <summary>What it was made from and how well; null when refused.</summary>
    public ModelManifest? Manifest { get; private init; }

    /// <summary>Why there is no model, in one line; null when there is one.</summary>
    public string? Refusal { get; private init; }

    /// <summary>Whether there is a model.</summary>
    [MemberNotNullWhen(true, nameof(Model), nameof(Manifest))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool IsTrained => Model is not null;

    /// <summary>A training that worked.</summary>
    public static RetrainResult Trained(ModelFile model, ModelManifest manifest) =>
        new() { Model = model, Manifest = manifest };

    /// <summary>A training that could not begin.</summary>
    public static RetrainResult Refused(string reason) => new() { Refusal = reason };
}
