namespace Recs.Client.Simulation;

/// <summary>One simulated viewer.</summary>
/// <param name="Index">The viewer's number in the audience, from 0.</param>
/// <param name="Id">The id under which the viewer uses the service.</param>
/// <param name="Group">The hidden group of like-minded viewers, in [0, <see cref="SimulatedAudience.Groups"/>).</param>
/// <param name="Taste">Hidden taste, shape [<see cref="SimulatedAudience.Dimensions"/>], unit length.</param>
/// <param name="SecondTaste">The same for where tastes are not linear.</param>
/// <param name="Device">What the viewer watches on: <c>phone</c>, <c>tv</c> or <c>laptop</c>; says nothing about taste.</param>
public sealed record SimulatedViewer(int Index, string Id, int Group, IReadOnlyList<double> Taste, IReadOnlyList<double> SecondTaste, string Device);
