namespace Recs.Offline.Evaluation.Policies;

/// <summary>The arm with the highest score so far; ties are broken uniformly, a score that is not a number never wins.</summary>
struct BestArm()
{
    double _score = double.NegativeInfinity;
    int _ties;

    /// <summary>The winner, −1 before the first offer.</summary>
    public int Arm { get; private set; } = -1;

    /// <summary>Lets one arm compete.</summary>
    public void Offer(int arm, double score, SeededRandom chance)
    {
        if (score > _score || Arm < 0)
        {
            _score = double.IsNaN(score) ? double.NegativeInfinity : score;
            _ties = 1;
            Arm = arm;
        }
        else if (score.Equals(_score))
        {
            _ties++;
            Arm = chance.NextIndex(_ties) == 0 ? arm : Arm;
        }
    }
}
