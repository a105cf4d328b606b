// The controls of training as elements: presets, options, buttons.

import { html, type TemplateResult } from 'lit-html';
import { addressOf, type PlayOptions, readValue, textOf } from '../address.js';
import type { PlayState } from '../store.js';
import type { Field } from './fields.js';
import { PRESETS } from './presets.js';

/** Where the fields would push the buttons out of sight, they are folded away at first. */
const IS_WIDE = globalThis.matchMedia?.('(min-width: 40rem)').matches ?? true;

/** What the controls ask for. */
export interface Wishes {
  choose(options: PlayOptions): void;
  start(goesOn: boolean): void;
  stop(): void;
  rewind(): void;
  save(): void;
}

export function presets({ options, isTraining }: PlayState, { choose }: Wishes): TemplateResult {
  const chosen = PRESETS.find((preset) => addressOf(preset.options) === addressOf(options));
  return html`<fieldset class="choices"><legend>Networks to begin with</legend>
    ${PRESETS.map(
      (preset) => html`<button type="button" aria-pressed=${preset === chosen} ?disabled=${isTraining} title=${preset.text}
        @click=${() => choose(preset.options)}>${preset.name}</button>`,
    )}</fieldset>
    <p class="note state">${chosen?.text ?? 'Your own options.'}</p>`;
}

export function optionFields(fields: readonly Field[], { options, isTraining }: PlayState, { choose }: Wishes): TemplateResult {
  const change = (name: string) => (event: Event) => {
    const value = readValue(name, (event.target as HTMLInputElement).value);
    const { [name]: _, ...rest } = options;
    choose(value === undefined ? rest : { ...options, [name]: value });
  };
  return html`<details ?open=${IS_WIDE}><summary>Options</summary><div class="fields">${fields.map((field) => {
    const value = textOf(options[field.name]);
    return html`<label>${field.label}${field.choices ? choice(field, value, isTraining, change(field.name)) : typed(field, value, isTraining, change(field.name))}</label>`;
  })}</div></details>`;
}

function choice({ name, choices = [], usual }: Field, value: string, disabled: boolean, change: (event: Event) => void): TemplateResult {
  const all = value === '' || choices.includes(value) ? choices : [...choices, value];
  return html`<select name=${name} ?disabled=${disabled} @change=${change} .value=${value}>
    <option value="" ?selected=${value === ''}>${usual}</option>
    ${all.map((one) => html`<option value=${one} ?selected=${one === value}>${one}</option>`)}</select>`;
}

function typed({ name, usual, isNumber }: Field, value: string, disabled: boolean, change: (event: Event) => void): TemplateResult {
  return html`<input name=${name} autocomplete="off" inputmode=${isNumber ? 'decimal' : 'text'} placeholder=${usual}
    ?disabled=${disabled} .value=${value} @change=${change}>`;
}

export function buttons({ isTraining, isMeasuring, shown }: PlayState, { start, stop, rewind, save }: Wishes): TemplateResult {
  const hasLearnt = shown !== undefined && (shown.epoch > 0 || shown.parameters !== shown.first);
  return html`<div class="buttons">
    ${
      isTraining
        ? html`<button type="button" class="main" id="stop" @click=${stop}>Stop</button>`
        : html`<button type="button" class="main" id="start" ?disabled=${isMeasuring} @click=${() => start(false)}>Train</button>`
    }
    <button type="button" id="go-on" ?disabled=${isTraining || isMeasuring || !hasLearnt} @click=${() => start(true)}>Train on from here</button>
    <button type="button" id="rewind" ?disabled=${!hasLearnt} @click=${rewind}>Rewind</button>
    <button type="button" id="save" ?disabled=${isTraining || !hasLearnt} @click=${save}>Save the network</button></div>`;
}
