namespace Recs.Schema.Models;

/// <summary>All conditions between a trained model and serving, as they were when somebody looked.</summary>
/// <param name="JudgedAt">When.</param>
/// <param name="Refused">Whether one of them does not hold: the model is not promoted unless forced.</param>
/// <param name="Gates">In the order in which they were looked at.</param>
public sealed record GateReport(DateTimeOffset JudgedAt, bool Refused, IReadOnlyList<Gate> Gates)
{
    /// <summary>A report on gates.</summary>
    public static GateReport Of(DateTimeOffset judgedAt, IReadOnlyList<Gate> gates) =>
        new(judgedAt, gates.Any(gate => !gate.Holds), gates);

    /// <summary>Names and sentences of the gates that do not hold, in one line; empty when all hold.</summary>
    public string Reasons() => string.Join(" ", Gates.Where(gate => !gate.Holds).Select(gate => $"{gate.Name}: {gate.Sentence}"));
}
