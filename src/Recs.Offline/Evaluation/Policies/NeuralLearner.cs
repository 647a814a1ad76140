using Recs.Matching.Numerics;
using Recs.Neural.Networks;

namespace Recs.Offline.Evaluation.Policies;

/// <summary>A network over the dense context with one head per arm, learned online from the arms that were played.</summary>
/// <remarks>
/// Arms share the hidden layer and differ in their head. A new example is one step of gradient descent, and so is each of the
/// past examples that are drawn beside it. Only the played arm's head has a loss.
/// </remarks>
sealed class NeuralLearner : IDisposable
{
    const ulong Purpose = 0x6E657572;
    const int EnsembleMembers = 4;

    readonly PolicySettings _settings;
    readonly bool _isLogistic;
    readonly NetworkTrainer _trainer;
    readonly PerturbedEnsemble? _ensemble;
    readonly float[] _input;
    readonly float[] _gradients;
    readonly List<(BanditContext Context, int Arm, float Reward)> _examples = [];
    readonly Dictionary<(BanditContext Context, int Arm), int> _last = [];
    Rng _rng;
    int _learned;

    /// <summary>A learner that has seen nothing.</summary>
    /// <param name="settings">Sizes and rates.</param>
    /// <param name="shape">Arms and context.</param>
    /// <param name="isLogistic">Cross-entropy on σ of a head; the square loss on the head itself otherwise.</param>
    /// <param name="isPerturbed">Whether the perturbed ensemble takes part.</param>
    public NeuralLearner(PolicySettings settings, PolicyShape shape, bool isLogistic, bool isPerturbed)
    {
        (_settings, _isLogistic) = (settings, isLogistic);
        Network = new(new NetworkShape(shape.Dimensions, [settings.Hidden], shape.Arms));
        Network.Initialise(Purpose);
        _trainer = new(Network, new() { Kind = OptimizerKind.Adam, Rate = (float)settings.Rate });
        _ensemble = isPerturbed && settings.Perturbation > 0
            ? new(Network, EnsembleMembers, (float)settings.Perturbation, Purpose)
            : null;
        Pass = new(Network.Shape);
        _input = new float[shape.Dimensions];
        _gradients = new float[shape.Arms];
        _rng = new(Purpose);
    }

    /// <summary>The network.</summary>
    public Network Network { get; }

    /// <summary>What went through it last.</summary>
    public NetworkPass Pass { get; }

    /// <summary>Every example so far.</summary>
    public IReadOnlyList<(BanditContext Context, int Arm, float Reward)> Examples => _examples;

    /// <summary>The heads of a context, shape [arms]; valid until the next call. Learns first what has come since the last one.</summary>
    public ReadOnlySpan<float> Predict(BanditContext context)
    {
        Learn();
        return Forward(context);
    }

    /// <summary>Expected reward of a head, in [0, 1].</summary>
    public double RewardOf(float head) => _isLogistic ? Losses.Logistic(head) : Math.Clamp(head, 0, 1);

    /// <summary>An arm was shown.</summary>
    public void Add(in Decision decision)
    {
        _last[(decision.Context, decision.Arm)] = _examples.Count;
        _examples.Add((decision.Context, decision.Arm, 0));
    }

    /// <summary>It was rewarded.</summary>
    public void Reward(in Decision decision, double reward)
    {
        if (_last.TryGetValue((decision.Context, decision.Arm), out var index))
        {
            _examples[index] = _examples[index] with { Reward = (float)reward };
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Network.Dispose();
        Pass.Dispose();
        _trainer.Dispose();
        _ensemble?.Dispose();
    }

    /// <summary>Sends a context through the network as it is.</summary>
    public ReadOnlySpan<float> Forward(BanditContext context)
    {
        for (var i = 0; i < _input.Length; i++)
        {
            // Contexts are divided by √D for the regressions; a network wants its inputs about 1.
            _input[i] = (float)(context.Features[i] / context.Features[^1]);
        }

        return Network.Forward(_input, Pass);
    }

    void Learn()
    {
        for (; _learned < _examples.Count; _learned++)
        {
            Step(_examples[_learned]);
            for (var replay = 0; replay < _settings.Replays; replay++)
            {
                Step(_examples[_rng.NextInt(_learned + 1)]);
            }
        }
    }

    void Step((BanditContext Context, int Arm, float Reward) example)
    {
        var head = Forward(example.Context)[example.Arm];
        Array.Clear(_gradients);
        if (_ensemble is null)
        {
            _gradients[example.Arm] = _isLogistic ? Losses.CrossEntropy(head, example.Reward) : Losses.Square(head, example.Reward);
            _ = _trainer.Step(Pass, _gradients);
            return;
        }

        _ensemble.Measure();
        _gradients[example.Arm] = _ensemble.Gradient(head, example.Reward, _isLogistic);
        _ = _trainer.Step(Pass, _gradients);
        _ensemble.Pull((float)_settings.Rate);
    }
}
