// The editor: CodeMirror in the site's colours.
import { indentWithTab, isolateHistory } from "@codemirror/commands";
import { cpp } from "@codemirror/lang-cpp";
import { indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState, Prec } from "@codemirror/state";
import { keymap } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { basicSetup, EditorView } from "codemirror";

// parent: where it stands. onCheck: Ctrl-Enter. onChange(text): the reader wrote.
export class Editor {
  constructor(parent, { onCheck, onChange }) {
    const check = () => {
      onCheck();
      return true;
    };
    this.extensions = [
      Prec.highest(keymap.of([{ key: "Mod-Enter", run: check }])),
      basicSetup,
      keymap.of([indentWithTab]),
      cpp(),
      indentUnit.of("    "),
      EditorState.tabSize.of(4),
      syntaxHighlighting(classHighlighter),
      lintGutter(),
      EditorView.contentAttributes.of({ "aria-label": "Your function", spellcheck: "false", tabindex: "0" }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged && !this.isSetting) onChange(this.text);
      }),
    ];
    this.view = new EditorView({ parent });
    this.states = new Map();
  }

  get text() {
    return this.view.state.doc.toString();
  }

  // Shows the text of `name`; what was undone and can be undone is kept with the name.
  open(name, text) {
    if (this.name) this.states.set(this.name, this.view.state);
    this.name = name;
    const kept = this.states.get(name);
    const state = kept?.doc.toString() === text ? kept : EditorState.create({ doc: text, extensions: this.extensions });
    this.isSetting = true;
    this.view.setState(state);
    this.isSetting = false;
    this.mark([]);
  }

  // Puts the text in, as if it had been written: it can be undone, apart from what was typed just before.
  replace(text) {
    const changes = { from: 0, to: this.view.state.doc.length, insert: text };
    this.view.dispatch({ changes, annotations: isolateHistory.of("full") });
  }

  // marks: [{ line, column, severity, message }], line and column from 1.
  mark(marks) {
    const { doc } = this.view.state;
    const diagnostics = marks
      .filter(({ line }) => line <= doc.lines)
      .map(({ line, column, severity, message }) => {
        const { from, to } = doc.line(line);
        const at = Math.min(from + Math.max(column - 1, 0), to);
        return { from: at, to: column ? (this.view.state.wordAt(at)?.to ?? at) : to, severity, message };
      });
    this.view.dispatch(setDiagnostics(this.view.state, diagnostics));
  }

  goTo(line) {
    const { from } = this.view.state.doc.line(Math.min(line, this.view.state.doc.lines));
    this.view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
    this.view.focus();
  }
}
