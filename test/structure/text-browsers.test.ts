import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/** What a browser without style sheets and script makes of the templates: it prints every element, in the line where it stands. */

const VIEWS = resolve(import.meta.dirname, '../../views');
const templates = readdirSync(VIEWS, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.eta'))
  .map((path) => ({ path: path.replaceAll('\\', '/'), text: readFileSync(join(VIEWS, path), 'utf8') }));

/** Elements with words that only a sheet sets apart: one behind another without white space, also across conditions and loops (Eta leaves out the line break behind them). */
const SIDE_BY_SIDE =
  /<\/(?:a|button|strong|bdi|time|label|code|small)>(?:<% (?:\}|(?:if|for) \((?:(?!%>).)*\{) %>\n?)*<(?:a|button|small|input|select|textarea)\b/;
/** The same, where a loop repeats one. */
const REPEATED = /<% for \((?:(?!%>).)*%><(a|button|small)\b(?:(?!<\/\1>).)*<\/\1><% \} %>/;
/** Content of elements that are shown by script alone. */
const FOR_SCRIPT = /<(template|dialog)\b(?:"[^"]*"|[^">])*>(?!<\/\1>)/;

const breaking = (rule: RegExp) => templates.filter(({ text }) => rule.test(text)).map(({ path }) => path);

describe('templates, for text browsers,', () => {
  it('keep words apart', () => {
    expect(breaking(SIDE_BY_SIDE)).toEqual([]);
    expect(breaking(REPEATED)).toEqual([]);
  });

  it('keep what only the script shows in an attribute', () => {
    expect(breaking(FOR_SCRIPT).sort()).toEqual(['layouts/idle.eta', 'layouts/later.eta']);
  });

  it.each([
    ['<b>x</b><strong>Name</strong><small>text</small>', SIDE_BY_SIDE, true],
    ['<strong>Name</strong> <small>text</small>', SIDE_BY_SIDE, false],
    ['<bdi><%= it.name %></bdi><% if (it.more) { %><small>text</small><% } %>', SIDE_BY_SIDE, true],
    ['<a>x</a><% } %>\n<% for (const a of it.all) { %><a>y</a>', SIDE_BY_SIDE, true],
    ['<% if (it.a) { %><a>x</a><% } else { %><a>y</a><% } %>', SIDE_BY_SIDE, false],
    ['<% for (const a of it.all) { %><a href="<%= a.href %>"><%= a.text %></a><% } %>', REPEATED, true],
    ['<% for (const a of it.all) { %><a href="<%= a.href %>"><%= a.text %></a> <% } %>', REPEATED, false],
    ['<dialog id="d" data-x="<%= a > b %>">text</dialog>', FOR_SCRIPT, true],
    ['<template data-later="<%= include(it) %>"></template>', FOR_SCRIPT, false],
  ])('are judged rightly: %s', (text, rule, breaks) => {
    expect(rule.test(text)).toBe(breaks);
  });
});
