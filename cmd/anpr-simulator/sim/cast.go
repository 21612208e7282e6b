package sim

// fixedHouseholds writes the fixed persons down. The order is part of the
// contract: it gives them their numbers.
func fixedHouseholds() []fixedHousehold {
	return append(testSubjects(), ownCast()...)
}

// testSubjects are the fictional subjects of the ANPR test environment.
func testSubjects() []fixedHousehold {
	roma := func(number string, shared int) []fixedStay {
		return []fixedStay{{from: 20150101, place: rome, species: "VIA", street: "CRISTOFORO COLOMBO", number: number, cap: "00147", home: shared}}
	}
	return []fixedHousehold{
		{people: []fixedPerson{{
			key: "settimo", special: "the person of ANPR's examples; code not validated; moved in 2021",
			id: "AF41450AS", cf: "STTSGT90A01H501J", validity: "9", card: "2775118",
			surname: "SETTIMO", name: "SOGGETTO", sex: "M", birth: 19900101, place: rome,
			stays: []fixedStay{
				{from: 19900101, place: rome, species: "VIA", street: "APPIA NUOVA", number: "10", cap: "00183", home: 1},
				{from: 20211110, place: pavullo, species: "VIA", street: "AMERIGO VESPUCCI", number: "55", cap: "41026", stair: "B4", inside: "3"},
			},
			father: &Ref{Index: -1, Surname: "SETTIMO", Name: "PADRE", Sex: "M", Birth: 19550505, BirthPlace: Place{Belfiore: rome}},
			mother: &Ref{Index: -1, Surname: "OTTAVIANI", Name: "MADRE", Sex: "F", Birth: 19581212, BirthPlace: Place{Belfiore: rome}},
		}}},
		{
			people: []fixedPerson{
				{
					key: "prova", special: "test subject, married", id: "UK79569LF", cf: "PRVGNN90R10H501Q",
					surname: "PROVA", name: "GIOVANNI", sex: "M", birth: 19901010, place: rome, stays: roma("12", 0),
				},
				{
					key: "neri", special: "test subject, married", id: "JF28000UG", cf: "NRECLD90R50H501G",
					surname: "NERI", name: "CLAUDIA", sex: "F", birth: 19901010, place: rome, role: roleSecond, stays: roma("12", 0),
				},
			},
			union: &fixedUnion{start: 20180505, place: rome, act: 210},
		},
		{
			people: []fixedPerson{
				{
					key: "nono", special: "test subject, civil union", id: "EV45959WW", cf: "NNOSGT90A01H501I",
					surname: "NONO", name: "SOGGETTO", sex: "M", birth: 19900101, place: rome, stays: roma("31", 0),
				},
				{
					key: "ottavo", special: "test subject, civil union", id: "TK44563XB", cf: "TTVSGT90A01H501H",
					surname: "OTTAVO", name: "SOGGETTO", sex: "M", birth: 19900101, place: rome, role: roleSecond, stays: roma("31", 0),
				},
			},
			union: &fixedUnion{civil: true, start: 20220910, place: rome, act: 77},
		},
		{
			people: []fixedPerson{
				{
					key: "coppola", special: "the married person of ANPR's examples", id: "LB27131ED", cf: "NDRCPL01A01H501S",
					surname: "ANDREA", name: "COPPOLA", sex: "M", birth: 20010101, place: rome,
					stays: []fixedStay{
						{from: 20010101, place: rome, species: "VIA", street: "TUSCOLANA", number: "8", cap: "00182", home: 1},
						{from: 20211110, place: rome, species: "VIA", street: "NOMENTANA", number: "90", cap: "00161"},
					},
				},
				{
					key: "marca", special: "his wife; her code is that of a man, as in ANPR's examples", id: "RE03592S1", cf: "NDRMRC02B02H501D", card: "2775120",
					surname: "ANDREA", name: "MARCA", sex: "F", birth: 20020202, place: rome, role: roleSecond,
					stays: []fixedStay{
						{from: 20020202, place: rome, species: "VIA", street: "SALARIA", number: "41", cap: "00198", home: 2},
						{from: 20211110, place: rome, species: "VIA", street: "NOMENTANA", number: "90", cap: "00161"},
					},
				},
			},
			union: &fixedUnion{start: 20210612, place: rome, act: 345},
		},
		{people: []fixedPerson{{
			key: "primo", special: "test subject", id: "DU58740Y1", cf: "TDSPRM00R10A952C",
			surname: "TEDESCHI", name: "PRIMO", sex: "M", birth: 20001010, place: "A952", stays: home(20001010, "A952", "VIA", "ROMA", "4"),
		}}},
		{people: []fixedPerson{{
			key: "salvi", special: "test subject", id: "DJ02468WZ", cf: "SLVDNN00R50L424L",
			surname: "SALVI", name: "ADRIANNA", sex: "F", birth: 20001010, place: "L424", stays: home(20001010, "L424", "VIA", "CARDUCCI", "6"),
		}}},
		{people: []fixedPerson{{
			key: "secondo", special: "test subject", id: "GS66689VV", cf: "TSDSND90R10A952M",
			surname: "TOSADORI", name: "SECONDO", sex: "M", birth: 19901010, place: "A952", stays: home(19901010, "A952", "VIA", "RESIA", "18"),
		}}},
		{people: []fixedPerson{{
			key: "quinto", special: "test subject", id: "QN50105TO", cf: "QNTSGT90A01H501X",
			surname: "QUINTO", name: "SOGGETTO", sex: "M", birth: 19900101, place: rome, stays: roma("50", 0),
		}}},
		{people: []fixedPerson{{
			key: "deceduto", special: "test subject, died on 2021-11-13", id: "SQ53851E5", cf: "SGGTTV60A01H501T",
			surname: "SOGGETTO", name: "OTTAVO", sex: "M", birth: 19600101, place: rome, dead: 20211113,
			stays: []fixedStay{
				{from: 19600101, place: rome, species: "VIA", street: "FLAMINIA", number: "2", cap: "00196", home: 1},
				{from: 20100301, place: pavullo, species: "VIA", street: "GIARDINI", number: "7", cap: "41026"},
			},
		}}},
		{people: []fixedPerson{{
			key: "cancellata", special: "test subject, cancelled", id: "OR69233LN", cf: "PRVCCL60B50G393U",
			surname: "PROVA", name: "CECILIA", sex: "F", birth: 19600210, place: pavullo, cancelled: 20190614,
			stays: home(19600210, pavullo, "VIA", "MARCHIANI", "3"),
		}}},
		{people: []fixedPerson{{
			key: "duplo", special: "test subject, two positions under one code", id: "DP10901DP", second: "DP10902DP", cf: "DPLPRM90R10H501I",
			surname: "DUPLO", name: "PRIMO", sex: "M", birth: 19901010, place: rome, emigrated: 20170301,
			stays: []fixedStay{
				{from: 19901010, place: rome, species: "VIA", street: "OSTIENSE", number: "5", cap: "00154", home: 1},
				{from: 20170301, place: "abroad", street: "RUE SAINT-DENIS", number: "30"},
			},
		}}},
		{
			people: []fixedPerson{
				{
					key: "kappa_padre", special: "father of the test subject KAPPA", id: "KP10201PD",
					surname: "KAPPA", name: "ALFIO", sex: "M", birth: 19880315, place: "A089", stays: home(20180901, "A089", "VIA", "ATENEA", "22"),
				},
				{
					key: "kappa_madre", special: "mother of the test subject KAPPA", id: "KP10202MD",
					surname: "LAMBDA", name: "ROSALIA", sex: "F", birth: 19900607, place: "A089", role: roleSecond, stays: home(20180901, "A089", "VIA", "ATENEA", "22"),
				},
				{
					key: "kappa", special: "test subject, a child", id: "KP10203FG", cf: "KPPMTT20A16A089N",
					surname: "KAPPA", name: "MATTEO", sex: "M", birth: 20200116, place: "A089", role: roleChild, stays: home(20200116, "A089", "VIA", "ATENEA", "22"),
				},
			},
			union: &fixedUnion{start: 20180901, place: "A089", act: 31}, child: true,
		},
		{people: []fixedPerson{{
			key: "incongruente", special: "test subject; in the family since before living at the address", id: "NV10301IN", cf: "NVPPRV51S51C573S",
			surname: "NOVEPIANI", name: "PROVA", sex: "F", birth: 19511111, place: "C573",
			stays: []fixedStay{{from: 20190601, place: "C573", species: "VIA", street: "CERVESE", number: "101", cap: "47521", joined: 20150301}},
		}}},
		{people: []fixedPerson{{
			key: "antonio", special: "test subject, died on 2022-02-03", id: "NR10401AN", cf: "NRENTN80B22G393L",
			surname: "NERI", name: "ANTONIO", sex: "M", birth: 19800222, place: pavullo, dead: 20220203,
			stays: home(19800222, pavullo, "VIA", "SERRA DI PORTO", "9"),
		}}},
	}
}

// ownCast are our own characters. Their surnames are not among those of the
// generated people.
func ownCast() []fixedHousehold {
	return []fixedHousehold{
		{
			people: []fixedPerson{
				{
					key: "resident", special: "resident in the own Comune, head of a family of five", id: "CS00001ST",
					surname: "BELLACQUA", name: "ENRICO", sex: "M", birth: 19780412, place: bologna,
					stays: []fixedStay{
						{from: 19780412, place: bologna, species: "VIA", street: "SAFFI", number: "20", home: 1},
						{from: 20090606, place: own, species: "VIA", street: "GIUSEPPE GARIBALDI", number: "14", inside: "2"},
					},
				},
				{
					key: "wife", special: "wife of the resident", id: "CS00002ST",
					surname: "QUERZOLI", name: "ILARIA", sex: "F", birth: 19800923, place: bologna, role: roleSecond,
					stays: []fixedStay{
						{from: 19800923, place: bologna, species: "VIA", street: "EMILIA LEVANTE", number: "77", home: 2},
						{from: 20090606, place: own, species: "VIA", street: "GIUSEPPE GARIBALDI", number: "14", inside: "2"},
					},
				},
				{
					key: "daughter", special: "a minor, daughter of the resident", id: "CS00003ST",
					surname: "BELLACQUA", name: "SOFIA", sex: "F", birth: 20120305, place: bologna, role: roleChild,
					stays: []fixedStay{{from: 20120305, place: own, species: "VIA", street: "GIUSEPPE GARIBALDI", number: "14", inside: "2"}},
				},
				{
					key: "minor", special: "a minor, son of the resident", id: "CS00004ST",
					surname: "BELLACQUA", name: "TOMMASO", sex: "M", birth: 20161130, place: bologna, role: roleChild,
					stays: []fixedStay{{from: 20161130, place: own, species: "VIA", street: "GIUSEPPE GARIBALDI", number: "14", inside: "2"}},
				},
				{
					key: "newborn", special: "born on 2026-09-01: not registered at an earlier date", id: "CS00005ST",
					surname: "BELLACQUA", name: "CHIARA", sex: "F", birth: 20260901, place: bologna, role: roleChild,
					stays: []fixedStay{{from: 20260901, place: own, species: "VIA", street: "GIUSEPPE GARIBALDI", number: "14", inside: "2"}},
				},
			},
			union: &fixedUnion{start: 20090606, place: own, act: 12}, child: true,
		},
		{people: []fixedPerson{{
			key: "elsewhere", special: "resident in another Comune, a big city", id: "CS00006ST",
			surname: "ULIVASTRI", name: "MARCO", sex: "M", birth: 19850217, place: torino, stays: home(20110404, elsewhere, "VIA", "INDIPENDENZA", "60"),
		}}},
		{people: []fixedPerson{{
			key: "aire", special: "moved to Paris on 2015-04-01; before that resident in the own Comune", id: "CS00007ST",
			surname: "OMBRELLI", name: "GIULIA", sex: "F", birth: 19880708, place: milano, emigrated: 20150401,
			stays: []fixedStay{
				{from: 19880708, place: own, species: "VIA", street: "ROMA", number: "3", home: 1},
				{from: 20150401, place: "abroad", street: "RUE DE RIVOLI", number: "10"},
			},
		}}},
		{
			people: []fixedPerson{
				{
					key: "deceased", special: "died on 2023-03-14", id: "CS00008ST",
					surname: "VETRANI", name: "ALDO", sex: "M", birth: 19410520, place: bologna, dead: 20230314,
					stays: home(19660910, own, "VIA", "DELLA CHIESA", "1"),
				},
				{
					key: "widow", special: "widow of the deceased", id: "CS00009ST",
					surname: "ZINGARDI", name: "NORMA", sex: "F", birth: 19441002, place: bologna, role: roleSecond,
					stays: home(19660910, own, "VIA", "DELLA CHIESA", "1"),
				},
			},
			union: &fixedUnion{start: 19660910, place: bologna, act: 55, end: UnionDeath},
		},
		{people: []fixedPerson{{
			key: "deceased_undated", special: "died before 2020-06-02; the record has no date of death", id: "CS00010ST",
			surname: "YPSILANTI", name: "CORRADO", sex: "M", birth: 19380115, place: torino, dead: 20200601, undated: true,
			stays: home(19800101, own, "VIALE", "EUROPA", "8"),
		}}},
		{people: []fixedPerson{{
			key: "cancelled", special: "removed on 2022-05-05 because untraceable: nothing is ever given", id: "CS00011ST",
			surname: "ECLISSI", name: "RENATO", sex: "M", birth: 19700808, place: milano, cancelled: 20220505,
			stays: home(20010101, own, "VIA", "PIAVE", "30"),
		}}},
		{people: []fixedPerson{{
			key: "duplicate", special: "two positions under one code", id: "CS00012ST", second: "CS00013ST",
			surname: "GEMELLINI", name: "FABIO", sex: "M", birth: 19691203, place: bologna,
			stays: home(19950315, own, "VIA", "UGO FOSCOLO", "5"),
		}}},
		{people: []fixedPerson{{
			key: "foreigner", special: "Albanian, born abroad, registered since 2014-02-01", id: "CS00014ST",
			surname: "ZAJMI", name: "ARDIANA", sex: "F", birth: 19910321, place: "Z100", registered: 20140201,
			citizenship: []Citizenship{{"ALBANIA", "201", 19910321}},
			stays:       home(20140201, own, "VIA", "DEI MILLE", "19"),
		}}},
		{
			people: []fixedPerson{
				{
					key: "civil_union", special: "civil union since 2019-09-21", id: "CS00015ST",
					surname: "UCCELLINI", name: "PIETRO", sex: "M", birth: 19820618, place: bologna, stays: home(20190921, own, "VIA", "LEONARDO DA VINCI", "40"),
				},
				{
					key: "civil_partner", special: "partner of the former", id: "CS00016ST",
					surname: "IMOLESI", name: "DAVIDE", sex: "M", birth: 19840129, place: bologna, role: roleSecond, stays: home(20190921, own, "VIA", "LEONARDO DA VINCI", "40"),
				},
			},
			union: &fixedUnion{civil: true, start: 20190921, place: own, act: 2},
		},
		{people: []fixedPerson{
			{
				key: "convivenza_head", special: "responsible of a convivenza (a convent)", id: "CS00017ST",
				surname: "ABATINI", name: "GASPARE", sex: "M", birth: 19550101, place: rome, role: roleGuest, stays: home(20100901, own, "VIA", "DEL CONVENTO", "1"),
			},
			{
				key: "convivenza", special: "member of that convivenza", id: "CS00018ST",
				surname: "FRATERNALI", name: "ONORIO", sex: "M", birth: 19680816, place: torino, role: roleGuest, stays: home(20230502, own, "VIA", "DEL CONVENTO", "1"),
			},
		}},
		{people: []fixedPerson{{
			key: "ceased_comune", special: "born in Bazzano, a Comune that ceased with 2013, and lived there until 2018", id: "CS00019ST",
			surname: "OLMETI", name: "WANDA", sex: "F", birth: 19470211, place: "A726",
			stays: []fixedStay{
				{from: 19470211, place: "A726", species: "VIA", street: "GIUSEPPE MAZZINI", number: "16", home: 1},
				{from: 20180702, place: own, species: "VIA", street: "ANTONIO GRAMSCI", number: "21"},
			},
		}}},
		{
			people: []fixedPerson{
				{
					key: "divorced", special: "divorced on 2018-10-03, lives alone elsewhere", id: "CS00020ST",
					surname: "SPARTITI", name: "LUCIO", sex: "M", birth: 19760730, place: bologna,
					stays: []fixedStay{
						{from: 20040508, place: own, species: "VIA", street: "GIACOMO MATTEOTTI", number: "11"},
						{from: 20181003, place: elsewhere, species: "VIA", street: "SARAGOZZA", number: "100", home: 1},
					},
				},
				{
					key: "divorced_wife", special: "his former wife, still in the own Comune", id: "CS00021ST",
					surname: "LONTANI", name: "MARTA", sex: "F", birth: 19791119, place: bologna, role: roleSecond,
					stays: home(20040508, own, "VIA", "GIACOMO MATTEOTTI", "11"),
				},
			},
			union: &fixedUnion{start: 20040508, place: own, act: 9, end: UnionDivorce, ended: 20181003, court: "TRIBUNALE DI BOLOGNA"},
		},
		{people: []fixedPerson{{
			key: "homonym", special: "same names, day and place of birth as the next", id: "CS00022ST",
			surname: "RIPETUTI", name: "ANNA", sex: "F", birth: 19750615, place: rome, stays: home(19990101, own, "VIA", "DANTE ALIGHIERI", "6"),
		}}},
		{people: []fixedPerson{{
			key: "omocode", special: "her code is an omocode of the former's", id: "CS00023ST",
			cf:      omocodeOf(computeCF("RIPETUTI", "ANNA", true, 19750615, rome)),
			surname: "RIPETUTI", name: "ANNA", sex: "F", birth: 19750615, place: rome, stays: home(20010101, elsewhere, "VIA", "ZAMBONI", "33"),
		}}},
		{people: []fixedPerson{{
			key: "moved", special: "resident in Milano until 2024-08-31, then in the own Comune", id: "CS00024ST",
			surname: "TRASLOCHI", name: "PAOLO", sex: "M", birth: 19930909, place: milano,
			stays: []fixedStay{
				{from: 19930909, place: milano, species: "VIALE", street: "MONZA", number: "140", home: 1},
				{from: 20240901, place: own, species: "VIA", street: "GALILEO GALILEI", number: "2"},
			},
		}}},
		{people: []fixedPerson{{
			key: "unknown_birthday", special: "born in 1980, day and month unknown; two citizenships", id: "CS00025ST",
			surname: "ABEBETU", name: "TESFAYE", sex: "M", birth: 19800101, noMonth: true, place: "Z315", registered: 20050420,
			citizenship: []Citizenship{{"ETIOPIA", "420", 19800101}, {"ITALIA", "100", 20190701}},
			stays:       home(20050420, own, "VIA", "ALDO MORO", "50"),
		}}},
		{people: []fixedPerson{{
			key: "unregistered", special: "a correct code that no position has", absent: true,
			surname: "IGNOTINI", name: "NESSUNO", sex: "M", birth: 19660606, place: rome,
		}}},
	}
}
