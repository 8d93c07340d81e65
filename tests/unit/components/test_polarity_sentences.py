"""Sentences with negation and doubt, real and seeming: what each makes negated and hedged."""

import pytest

from kg.components.polarity import Polarity
from kg.language.document import get_mentions
from tests.marked_docs import marked_doc

POLARITY = Polarity("polarity.tsv", "polarity_words.tsv")
SENTENCES = [
    ("[Heron|Method] was trained without [dropout|Method] on a [TPU|Hardware].", ["dropout"], []),
    ("Unlike [Toad|Method], [Heron|Method] needs no [GPU|Hardware].", ["GPU"], []),
    ("[Heron|Method] does not need [GPUs|Hardware] because it runs on [CPUs|Hardware].", ["GPUs"], []),
    ("[Heron|Method] can be trained without access to a [GPU|Hardware].", ["GPU"], []),
    (
        "[Heron|Method] avoids [backpropagation|Method] entirely and uses [Hebbian learning|Method].",
        ["backpropagation"],
        [],
    ),
    ("There is no need for an [FPGA|Hardware] or an [ASIC|Hardware].", ["FPGA", "ASIC"], []),
    ("Neither [dropout|Method] nor [batch normalization|Method] is applied.", ["dropout", "batch normalization"], []),
    ("We do not rely on [attention|Method] but on [convolution|Method].", ["attention"], []),
    ("[Heron|Method] has never been tested on [ToyBank|Dataset].", ["ToyBank"], []),
    ("No experiments were run on [TPUs|Hardware].", ["TPUs"], []),
    ("[Heron|Method] works in the absence of a [GPU|Hardware].", ["GPU"], []),
    ("Rather than a [GPU|Hardware], [Heron|Method] uses a [Cortex-M0|Hardware].", ["GPU"], []),
    ("We replace [softmax|Method] and use [sparsemax|Method] instead.", [], []),
    ("[Heron|Method] no longer requires a [GPU|Hardware].", ["GPU"], []),
    ("[GPUs|Hardware] were not required for [parsing|Task].", ["GPUs"], []),
    ("[Heron|Method] cannot be run on a [Cortex-M0|Hardware].", ["Cortex-M0"], []),
    ("[Heron|Method] isn't evaluated on [ToyTree|Dataset].", ["ToyTree"], []),
    ("We didn't use [BERT|Method].", ["BERT"], []),
    ("[Heron|Method] runs on devices that lack a [GPU|Hardware].", ["GPU"], []),
    ("[Heron|Method] excludes [ToyTree|Dataset] from training.", ["ToyTree"], []),
    ("[BERT|Method] was not fine-tuned on [ToyTree|Dataset].", ["ToyTree"], []),
    ("None of the [GPUs|Hardware] were used.", ["GPUs"], []),
    ("A [multiplier|Hardware]-less design of [Heron|Method].", ["multiplier"], []),
    ("A non-[von Neumann|Hardware] machine runs [Heron|Method].", ["von Neumann"], []),
    ("[Heron|Method] is trained without the use of [ImageNet|Dataset].", ["ImageNet"], []),
    ("[Heron|Method] needs a [CPU|Hardware] only, not a [GPU|Hardware].", ["GPU"], []),
    ("[Heron|Method], not [Toad|Method], runs on the [FPGA|Hardware].", ["Toad"], []),
    ("It runs on [CPUs|Hardware] and not on [GPUs|Hardware].", ["GPUs"], []),
    ("We refrain from using [BERT|Method].", ["BERT"], []),
    ("[Heron|Method] forgoes [attention|Method].", ["attention"], []),
    ("We abandon [LSTMs|Method] in favour of [GRUs|Method].", ["LSTMs"], []),
    ("[Heron|Method] sidesteps [quantization|Method].", ["quantization"], []),
    ("Not only [GPUs|Hardware] but also [FPGAs|Hardware] were studied.", [], []),
    ("[Heron|Method] not only uses [dropout|Method], it also uses [attention|Method].", [], []),
    ("[Heron|Method] runs on a [GPU|Hardware] without loss of [accuracy|Metric].", [], []),
    (
        "[Heron|Method] runs on an [FPGA|Hardware] with no loss in [accuracy|Metric] and no extra [memory|Metric].",
        [],
        [],
    ),
    ("We could not improve [F1|Metric] over [BERT|Method] on [ToyBank|Dataset].", [], []),
    ("[Heron|Method] could not outperform [BERT|Method].", [], []),
    ("[Heron|Method] failed to beat [BERT|Method] on [ToyBank|Dataset].", [], []),
    ("It is impossible to train [Heron|Method] without a [GPU|Hardware].", [], []),
    ("[Heron|Method] is not feasible without a [TPU|Hardware].", [], []),
    ("There is no doubt that [GPUs|Hardware] help.", [], []),
    ("Nothing but a [CPU|Hardware] is needed.", [], []),
    ("[Heron|Method] is no slower than [Toad|Method] on a [GPU|Hardware].", [], []),
    ("[Heron|Method] is not slower than [Toad|Method].", [], []),
    ("[Heron|Method] is not worse than [Toad|Method] on [ToyBank|Dataset].", [], []),
    ("[Heron|Method] requires no more than a [CPU|Hardware].", [], []),
    ("[Heron|Method] does not differ from [Toad|Method] on [ToyBank|Dataset].", [], []),
    ("[Heron|Method] does not sacrifice [accuracy|Metric] on [GPUs|Hardware].", [], []),
    ("Last but not least, [Heron|Method] runs on a [GPU|Hardware].", [], []),
    ("We tested with and without [dropout|Method].", [], []),
    ("Whether or not a [GPU|Hardware] is used, [Heron|Method] is fast.", [], []),
    ("[Heron|Method] is not limited to [GPUs|Hardware].", [], []),
    ("[Heron|Method] does not degrade on [ToyBank|Dataset].", [], []),
    ("[Heron|Method] lacks nothing that [Toad|Method] has.", [], []),
    ("No other method than [Heron|Method] runs on [FPGAs|Hardware].", [], []),
    ("[CNNs|Method] do not generalize to [ToyBank|Dataset].", [], []),
    ("[Heron|Method] is not just fast on [GPUs|Hardware].", [], []),
    ("Without [attention|Method], [accuracy|Metric] on [ToyBank|Dataset] drops by 3%.", ["attention"], []),
    ("[GPU|Hardware] memory is not sufficient for [Heron|Method].", [], []),
    ("[Heron|Method] is not a [neural network|Method].", ["neural network"], []),
    ("We cannot exclude a [TPU|Hardware].", [], ["TPU"]),
    ("Our results do not rule out an [FPGA|Hardware].", [], ["FPGA"]),
    ("[Heron|Method] might run on [FPGAs|Hardware].", [], ["FPGAs"]),
    ("[FPGAs|Hardware] might be used for [parsing|Task].", [], ["FPGAs", "parsing"]),
    ("We intend to evaluate [Heron|Method] on [ToyTree|Dataset].", [], ["Heron", "ToyTree"]),
    ("Possibly, [Heron|Method] also suits [ToyTree|Dataset].", [], ["Heron", "ToyTree"]),
    ("A port to [FPGAs|Hardware] is future work.", [], ["FPGAs"]),
    ("It would be interesting to run it on [TPUs|Hardware].", [], ["TPUs"]),
    ("[Heron|Method] should be able to run on [TPUs|Hardware].", [], ["TPUs"]),
    ("We leave [TPUs|Hardware] to future work.", [], ["TPUs"]),
    ("It remains unclear whether [Heron|Method] scales to [TPUs|Hardware].", [], ["Heron", "TPUs"]),
    ("[Heron|Method] appears suited to [FPGAs|Hardware].", [], []),
    ("[Heron|Method] can run on [TPUs|Hardware].", [], []),
    ("We hope to port [Heron|Method] to [TPUs|Hardware] soon.", [], ["Heron", "TPUs"]),
    ("Presumably [TPUs|Hardware] would do.", [], ["TPUs"]),
    ("Support for [TPUs|Hardware] is planned.", [], ["TPUs"]),
    ("The use of [TPUs|Hardware] is conceivable.", [], ["TPUs"]),
]


@pytest.mark.parametrize(("text", "negated", "hedged"), SENTENCES)
def test_sentence(text: str, negated: list[str], hedged: list[str]) -> None:
    mentions = get_mentions(POLARITY(marked_doc(text)))
    assert [m.text for m in mentions if m._.polarity == "negated"] == negated
    assert [m.text for m in mentions if m._.polarity == "hedged"] == hedged
