"""Problems: each type of response as questions, all else as it came."""

from collections.abc import Callable

import pytest

from ingest.outline import (
    ContentOutline,
    GadgetOutline,
    ItemOutline,
    NumberRange,
    QuestionOutline,
    QuizOutline,
    RichTextOutline,
    SolutionRelease,
)
from ingest.report import ImportReport
from models.catalogue.item import ExerciseType
from models.content.quiz import QuestionType
from tests.ingest.conftest import ReadOlx, all_items

ReadProblem = Callable[[str], tuple[ItemOutline, ImportReport]]


@pytest.fixture
def read_problem(read_olx: ReadOlx) -> ReadProblem:
    """Reads one problem, its XML given, as the only item of a graded lesson."""

    def read(problem: str) -> tuple[ItemOutline, ImportReport]:
        outline, report = read_olx(
            {
                "sequential/sq.xml": '<sequential graded="true"><vertical url_name="un"/></sequential>',
                "vertical/un.xml": '<vertical><problem url_name="p1"/></vertical>',
                "problem/p1.xml": problem,
                "static/a.png": b"",
            }
        )
        (item,) = all_items(outline.sections)
        return item, report

    return read


def quiz(content: ContentOutline) -> QuizOutline:
    """The content as the quiz it must be."""
    assert isinstance(content, QuizOutline)
    return content


def only_question(item: ItemOutline) -> QuestionOutline:
    """The one question of the item's quiz."""
    (question,) = quiz(item.content).questions
    return question


def test_multiple_choice(read_problem: ReadProblem) -> None:
    item, report = read_problem(
        """<problem display_name="Where?" max_attempts="3" showanswer="past_due" weight="2">
        <p>Look: <img src="/static/a.png" alt=""/></p>
        <multiplechoiceresponse><label>Which <b>one</b>?</label><description>Only one.</description>
          <choicegroup shuffle="true">
            <choice correct="false">A &amp; B<choicehint>No.</choicehint></choice>
            <choice correct="true" fixed="true">\\(x_1\\)</choice>
          </choicegroup>
          <solution><div class="detailed-solution"><p>Because.</p></div></solution>
        </multiplechoiceresponse>
        <demandhint><hint>Think.</hint><hint>Harder.</hint></demandhint></problem>"""
    )
    content, question = quiz(item.content), only_question(item)
    assert (item.title, item.max_points, item.exercise_type) == ("Where?", 2.0, ExerciseType.MAIN)
    assert content.allowed_attempts == 3
    assert content.solution_release is SolutionRelease.PAST_DUE
    assert content.instructions == '<p>Look: <img src="asset:a.png" alt=""></p>'
    assert content.hints == ("<div>Think.</div>", "<div>Harder.</div>")
    assert question.key == "block-v1:Org+C1+R1+type@problem+block@p1#1"
    assert (question.type, question.max_points) == (QuestionType.SELECT_ONE, 2.0)
    assert question.text == "<p>Which <b>one</b>?</p><p>Only one.</p>"
    assert question.explanation == "<div><p>Because.</p></div>"
    assert question.shuffle_options
    wrong, right = question.options
    assert (wrong.text, wrong.is_correct, wrong.explanation, wrong.credit) == ("A &amp; B", False, "No.", 0.0)
    assert (right.text, right.is_correct, right.is_fixed, right.credit) == (
        "&#92;(x&#95;1&#92;)",
        True,
        True,
        1.0,
    )
    assert report.read["questions"] == 1
    assert report.read["options"] == 2
    assert (report.kept, report.altered, report.warnings) == ((), (), ())


def test_checkboxes(read_problem: ReadProblem) -> None:
    item, report = read_problem(
        """<problem><choiceresponse partial_credit="EDC"><label>Which?</label><checkboxgroup>
        <choice correct="true">A<choicehint selected="true">Yes.</choicehint>
          <choicehint selected="false">Missed.</choicehint></choice>
        <choice correct="false">B</choice>
        <compoundhint value="A B">Not both.</compoundhint></checkboxgroup></choiceresponse></problem>"""
    )
    question = only_question(item)
    assert question.type is QuestionType.SELECT_MULTIPLE
    assert question.has_partial_credit
    assert [(option.text, option.is_correct) for option in question.options] == [("A", True), ("B", False)]
    assert question.options[0].explanation == "Yes."
    assert question.options[0].explanation_if_left == "Missed."
    assert [note.why for note in report.altered] == ["hints for combinations of answers are omitted"]


def test_choices_without_a_right_one_may_all_be_left(read_problem: ReadProblem) -> None:
    item, _ = read_problem(
        "<problem><choiceresponse><checkboxgroup><choice correct='false'>A</choice></checkboxgroup>"
        "</choiceresponse></problem>"
    )
    assert only_question(item).type is QuestionType.SELECT_MULTIPLE


def test_partly_right_choices(read_problem: ReadProblem) -> None:
    item, _ = read_problem(
        """<problem><multiplechoiceresponse partial_credit="points"><choicegroup>
        <choice correct="true">A</choice><choice correct="partial" point_value="0.25">B</choice>
        <choice correct="partial">C</choice><choice correct="false">D</choice>
        </choicegroup></multiplechoiceresponse></problem>"""
    )
    assert [option.credit for option in only_question(item).options] == [1.0, 0.25, 0.5, 0.0]


@pytest.mark.parametrize(
    "menu",
    [
        "<optioninput><option correct='False'>Red, dark</option>"
        "<option correct='True'>It's</option></optioninput>",
        "<optioninput options=\"('Red, dark',&quot;It's&quot;)\" correct=\"It's\"/>",
    ],
)
def test_dropdown(read_problem: ReadProblem, menu: str) -> None:
    item, _ = read_problem(f"<problem><optionresponse><label>Which?</label>{menu}</optionresponse></problem>")
    question = only_question(item)
    assert question.type is QuestionType.SELECT_ONE
    assert [(option.text, option.is_correct, option.credit) for option in question.options] == [
        ("Red, dark", False, 0.0),
        ("It's", True, 1.0),
    ]


def test_numbers(read_problem: ReadProblem) -> None:
    item, _ = read_problem(
        """<problem><numericalresponse answer="6*10^2" partial_credit="list"><label>How many?</label>
        <responseparam type="tolerance" default="1%"/><responseparam partial_answers="5, 6"/>
        <additional_answer answer="7"><correcthint>Also.</correcthint></additional_answer>
        <correcthint>Yes.</correcthint><formulaequationinput/></numericalresponse></problem>"""
    )
    question = only_question(item)
    assert question.type is QuestionType.NUMERICAL
    first, exact, *partly = question.answers
    assert (first.text, first.range, first.explanation) == ("6*10^2", NumberRange(594, 606), "Yes.")
    assert (exact.text, exact.range, exact.explanation) == ("7", NumberRange(7, 7), "Also.")
    assert [(answer.text, answer.credit) for answer in partly] == [("5", 0.5), ("6", 0.5)]


def test_interval(read_problem: ReadProblem) -> None:
    item, _ = read_problem(
        "<problem><numericalresponse answer='[5, 7)'><textline/></numericalresponse></problem>"
    )
    numbers = only_question(item).answers[0].range
    assert numbers == NumberRange(5.0, 7.0, includes_lower=True, includes_upper=False)
    assert (numbers.middle, numbers.tolerance) == (6.0, 1.0)


def test_texts(read_problem: ReadProblem) -> None:
    item, _ = read_problem(
        """<problem><stringresponse answer="Doc" type="ci"><label>Who?</label>
        <additional_answer answer="Sleepy"><correcthint>Yawn.</correcthint></additional_answer>
        <additional_answer>Happy</additional_answer>
        <stringequalhint answer="Gandalf">Taller.</stringequalhint>
        <regexphint answer="Bilbo.*">Hairier.</regexphint><textline size="20"/></stringresponse></problem>"""
    )
    question = only_question(item)
    assert (question.type, question.is_case_sensitive) == (QuestionType.FREE_TEXT, False)
    assert [(a.text, a.credit, a.explanation, a.is_pattern) for a in question.answers] == [
        ("Doc", 1.0, None, False),
        ("Sleepy", 1.0, "Yawn.", False),
        ("Happy", 1.0, None, False),
        ("Gandalf", 0.0, "Taller.", False),
        ("Bilbo.*", 0.0, "Hairier.", True),
    ]


def test_patterns(read_problem: ReadProblem) -> None:
    item, _ = read_problem(
        "<problem><stringresponse answer='..bble' type='regexp'><textline label='Which?'/></stringresponse>"
        "</problem>"
    )
    question = only_question(item)
    assert question.is_case_sensitive
    assert question.answers[0].is_pattern
    assert question.text == "<p>Which?</p>"


def test_answers_joined_in_the_oldest_form(read_problem: ReadProblem) -> None:
    item, _ = read_problem(
        "<problem><stringresponse answer='one_or_two'><textline/></stringresponse></problem>"
    )
    assert [answer.text for answer in only_question(item).answers] == ["one", "two"]


CHOICE = (
    "<multiplechoiceresponse>{}<choicegroup><choice correct='true'>A</choice></choicegroup>"
    "{}</multiplechoiceresponse>"
)


def test_several_responses_are_questions_of_one_quiz(read_problem: ReadProblem) -> None:
    one = CHOICE.format("<label>One?</label>", "<solution><p>1</p></solution>")
    two = CHOICE.format("<label>Two?</label>", "")
    item, _ = read_problem(
        f"<problem weight='3'><p>Read.</p>{one}<p>Between.</p><div>{two}</div>"
        "<solution><p>2</p></solution><p>After.</p></problem>"
    )
    content = quiz(item.content)
    assert item.max_points == 3.0
    assert content.instructions == "<p>Read.</p>"
    first, second = content.questions
    assert (first.text, first.explanation, first.max_points, first.position) == (
        "<p>One?</p>",
        "<p>1</p>",
        1.5,
        1,
    )
    assert second.text == "<p>Between.</p><p>Two?</p><p>After.</p>"
    assert (second.explanation, second.key[-2:], second.position) == ("<p>2</p>", "#2", 2)


def test_a_text_before_a_response_without_label_is_its_question(read_problem: ReadProblem) -> None:
    item, _ = read_problem(f"<problem><p>What is it?</p>{CHOICE.format('', '')}</problem>")
    assert (quiz(item.content).instructions, only_question(item).text) == ("", "<p>What is it?</p>")


def test_responses_in_a_table_leave_their_numbers(read_problem: ReadProblem) -> None:
    menu = "<optionresponse><optioninput options=\"('a','b')\" correct='a'/></optionresponse>"
    item, _ = read_problem(
        f"<problem><p>Match.</p><table><tr><td>{menu}</td><td>{menu}</td></tr></table></problem>"
    )
    content = quiz(item.content)
    assert "<td>[1]</td><td>[2]</td>" in content.instructions
    assert content.instructions.startswith("<p>Match.</p><table>")
    assert [question.text for question in content.questions] == ["<p>[1]</p>", "<p>[2]</p>"]
    assert item.max_points == 2.0


def test_inputs_within_a_sentence(read_problem: ReadProblem) -> None:
    menu = "<optioninput options=\"('a','b')\" correct='a'/>"
    item, _ = read_problem(f"<problem><optionresponse><p>It is {menu} now.</p></optionresponse></problem>")
    assert only_question(item).text == "<p>It is ____ now.</p>"
    item, _ = read_problem(f"<problem><p>It <optionresponse>{menu}</optionresponse> now.</p></problem>")
    assert only_question(item).text == "<p>It ____ now.</p>"
    item, _ = read_problem(f"<problem><optionresponse><p>A {menu} B {menu}</p></optionresponse></problem>")
    assert quiz(item.content).instructions == "<p>A [1] B [2]</p>"
    assert [question.text for question in quiz(item.content).questions] == ["<p>[1]</p>", "<p>[2]</p>"]


SCRIPT = '<script type="loncapa/python">x = 1</script>'


@pytest.mark.parametrize(
    ("inside", "why"),
    [
        ("<customresponse cfn='f'><textline/></customresponse>", "customresponse is a type of its own"),
        ("<formularesponse answer='x'><textline/></formularesponse>", "formularesponse is a type of its own"),
        (
            "<imageresponse><imageinput src='/static/a.png'/></imageresponse>",
            "imageresponse is a type of its own",
        ),
        (
            f"{SCRIPT}<p>$x</p><numericalresponse answer='1'><textline/></numericalresponse>",
            "a program computes its numbers",
        ),
        (
            f"{SCRIPT}<stringresponse answer='$x'><textline/></stringresponse>",
            "a program computes its numbers",
        ),
        (
            "<numericalresponse answer='a+b'><textline/></numericalresponse>",
            "'a+b' is not a number that can be computed",
        ),
        (
            "<stringresponse answer='('  type='regexp'><textline/></stringresponse>",
            "'(' is no regular expression",
        ),
        ("<stringresponse answer=''><textline/></stringresponse>", "there is no answer to compare with"),
        (
            "<multiplechoiceresponse><choicegroup><choice correct='false'>A</choice></choicegroup>"
            "</multiplechoiceresponse>",
            "no choice is marked as right",
        ),
        (
            "<multiplechoiceresponse><choicegroup><choice correct='$c'>A</choice></choicegroup>"
            "</multiplechoiceresponse>",
            "whether a choice is right depends on '$c'",
        ),
        ("<optionresponse><optioninput/></optionresponse>", "there is nothing to choose from"),
        ("<optionresponse/>", "optionresponse has no input"),
    ],
)
def test_any_other_problem_is_kept(read_problem: ReadProblem, inside: str, why: str) -> None:
    source = f"<problem weight='2'><p>Asks.</p>{inside}<solution>Secret</solution></problem>"
    item, report = read_problem(source)
    assert isinstance(item.content, GadgetOutline)
    assert item.content.type == "problem"
    assert item.content.reveals_solutions
    assert "<p>Asks.</p>" in item.content.source
    assert "Asks." in item.content.text
    assert "Secret" not in item.content.text
    assert (item.max_points, item.exercise_type) == (2.0, ExerciseType.MAIN)
    assert [note.why for note in report.kept] == [why]


def test_one_response_not_understood_keeps_the_whole_problem(read_problem: ReadProblem) -> None:
    item, report = read_problem(
        f"<problem>{CHOICE.format('', '')}<schematicresponse><schematic/></schematicresponse></problem>"
    )
    assert isinstance(item.content, GadgetOutline)
    assert [note.what for note in report.kept] == ["problem/p1"]


def test_a_program_whose_results_are_not_used_is_left_out(read_problem: ReadProblem) -> None:
    item, report = read_problem(f"<problem>{SCRIPT}<p>Costs $20</p>{CHOICE.format('', '')}</problem>")
    assert only_question(item).text == "<p>Costs $20</p>"
    assert [note.why for note in report.altered] == ["its program is omitted: no text uses its results"]


def test_a_problem_that_asks_nothing_is_a_text(read_problem: ReadProblem) -> None:
    item, _ = read_problem("<problem><p>Only words.</p></problem>")
    assert item.content == RichTextOutline(text="<p>Only words.</p>")
    assert item.exercise_type is None


def test_a_broken_problem_is_kept_as_text(read_problem: ReadProblem) -> None:
    item, report = read_problem("<problem><p>Broken</problem>")
    assert isinstance(item.content, GadgetOutline)
    assert item.content.source == "<problem><p>Broken</problem>"
    assert "problem/p1.xml, line 1: is not well-formed XML" in report.warnings[0].why


@pytest.mark.parametrize(
    ("attribute", "field", "value"),
    [
        ("max_attempts='null'", "allowed_attempts", None),
        ("max_attempts='many'", "allowed_attempts", None),
        ("showanswer='whenever'", "solution_release", SolutionRelease.FINISHED),
        ("showanswer=''", "solution_release", SolutionRelease.FINISHED),
    ],
)
def test_settings_that_make_no_sense(
    read_problem: ReadProblem, attribute: str, field: str, value: object
) -> None:
    item, _ = read_problem(f"<problem {attribute}>{CHOICE.format('', '')}</problem>")
    assert getattr(item.content, field) == value


def test_texts_are_safe(read_problem: ReadProblem) -> None:
    evil = "<script type='text/javascript'>x</script><img src='x' onerror='y'/>"
    item, report = read_problem(
        f"<problem>{evil}<multiplechoiceresponse><label>{evil}Q</label><choicegroup>"
        f"<choice correct='true'>{evil}A</choice></choicegroup><solution>{evil}</solution>"
        f"</multiplechoiceresponse><demandhint><hint>{evil}</hint></demandhint></problem>"
    )
    assert "onerror" not in repr(item.content)
    assert "script" not in repr(item.content)
    assert [note.why for note in report.altered] == ["removed for safety: onerror, script"]
